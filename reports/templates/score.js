// The indicators in the order of what they lose, and back: each remembers where it stood.
for (const list of document.querySelectorAll("select[data-sort]")) {
  const all = document.getElementById(list.dataset.sort);
  const sorted = document.getElementById("sorted");
  const places = [...all.querySelectorAll("[data-item]")].map((item) => [item, document.createComment("")]);
  places.forEach(([item, place]) => item.before(place));
  const order = [...places].sort(([a], [b]) => b.dataset.lost - a.dataset.lost);
  const back = () => places.forEach(([item, place]) => place.after(item));
  list.form.addEventListener("reset", back);
  list.addEventListener("input", () => {
    if (list.value) order.forEach(([item]) => sorted.append(item));
    else back();
  });
}
