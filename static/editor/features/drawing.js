export const feature = {
  name: "drawing",
};
