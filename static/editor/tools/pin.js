/** Pin: a press is a place to say something about; nothing is drawn. */

export const pin = {
  name: "pin",
  reads: true,
  start({ store, doc }, { x, y }) {
    const place = { x: Math.floor(x), y: Math.floor(y) };
    if (doc.sheet.contains(place.x, place.y)) store.emit("comments.place", place);
  },
};
