// Decodes a Mapbox vector tile (https://github.com/mapbox/vector-tile-spec, 2.1) into plain layers of features.

const text = new TextDecoder();

class Reader {
  constructor(bytes, start = 0, end = bytes.length) {
    this.bytes = bytes;
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.at = start;
    this.end = end;
  }

  varint() {
    let value = 0;
    let scale = 1;
    for (;;) {
      const byte = this.bytes[this.at++];
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) return value;
      scale *= 128;
    }
  }

  // Each field as (number, wire type); the callback reads its value or leaves it to be skipped.
  fields(read) {
    while (this.at < this.end) {
      const key = this.varint();
      const before = this.at;
      read(key >>> 3);
      if (this.at === before) this.skip(key & 7);
    }
  }

  skip(wire) {
    if (wire === 0) this.varint();
    else if (wire === 1) this.at += 8;
    else if (wire === 2) this.at += this.varint();
    else this.at += 4;
  }

  block() {
    const length = this.varint();
    const inner = new Reader(this.bytes, this.at, this.at + length);
    this.at += length;
    return inner;
  }

  string() {
    const { at, end } = this.block();
    return text.decode(this.bytes.subarray(at, end));
  }

  packed() {
    const inner = this.block();
    const values = [];
    while (inner.at < inner.end) values.push(inner.varint());
    return values;
  }
}

// Layers by name: { extent, features: [{ type, properties, rings }] }, rings being flat [x, y, x, y, …] in tile units.
export function decode(buffer) {
  const layers = {};
  const reader = new Reader(new Uint8Array(buffer));
  reader.fields((field) => {
    if (field !== 3) return;
    const layer = readLayer(reader.block());
    layers[layer.name] = layer;
  });
  return layers;
}

function readLayer(reader) {
  const layer = { name: "", extent: 4096, features: [] };
  const keys = [];
  const values = [];
  const raw = [];
  reader.fields((field) => {
    if (field === 1) layer.name = reader.string();
    else if (field === 2) raw.push(reader.block());
    else if (field === 3) keys.push(reader.string());
    else if (field === 4) values.push(readValue(reader.block()));
    else if (field === 5) layer.extent = reader.varint();
  });
  layer.features = raw.map((block) => readFeature(block, keys, values));
  return layer;
}

function readFeature(reader, keys, values) {
  const feature = { type: 0, properties: {}, rings: [] };
  reader.fields((field) => {
    if (field === 2) {
      const tags = reader.packed();
      for (let i = 0; i < tags.length; i += 2) feature.properties[keys[tags[i]]] = values[tags[i + 1]];
    } else if (field === 3) feature.type = reader.varint();
    else if (field === 4) feature.rings = readGeometry(reader.packed(), feature.type);
    else if (field === 1) feature.number = reader.varint();
  });
  return feature;
}

function readValue(reader) {
  let value = null;
  reader.fields((field) => {
    if (field === 1) value = reader.string();
    else if (field === 2) value = reader.view.getFloat32((reader.at += 4) - 4, true);
    else if (field === 3) value = reader.view.getFloat64((reader.at += 8) - 8, true);
    else if (field === 4 || field === 5) value = reader.varint();
    else if (field === 6) value = unzigzag(reader.varint());
    else if (field === 7) value = Boolean(reader.varint());
  });
  return value;
}

function readGeometry(commands, type) {
  const rings = [];
  let ring = null;
  let x = 0;
  let y = 0;
  for (let i = 0; i < commands.length; ) {
    const command = commands[i] & 7;
    const count = commands[i++] >>> 3;
    if (command === 7) continue; // ClosePath: rings are closed by whoever draws them
    for (let n = 0; n < count; n++) {
      x += unzigzag(commands[i++]);
      y += unzigzag(commands[i++]);
      if (command === 1 && (type !== 1 || ring === null)) rings.push((ring = []));
      ring.push(x, y);
    }
  }
  return rings;
}

function unzigzag(value) {
  return value % 2 ? -(value + 1) / 2 : value / 2;
}
