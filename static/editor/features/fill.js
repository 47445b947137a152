export const feature = {
  name: "fill",
};
