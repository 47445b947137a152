export const feature = {
  name: "lines",
};
