// Follows a print once a second, and shows the page anew when it is over.

const stage = document.querySelector("[data-print-stage]");
const bar = document.querySelector("[data-print-bar]");

async function look() {
  try {
    const answer = await fetch(stage.dataset.printStage);
    const { done, total, is_over: isOver } = await answer.json();
    if (isOver) return location.reload();
    if (total > 0) {
      stage.textContent = stage.textContent.replace(/[\d,]+(\D+)[\d,]+/, `${done.toLocaleString()}$1${total.toLocaleString()}`);
      bar.max = total;
      bar.value = done;
    }
  } catch {
    // the server or its database is away: the next look tells
  }
  setTimeout(look, 1000);
}

if (stage) setTimeout(look, 400);
