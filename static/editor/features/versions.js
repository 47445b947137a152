export const feature = {
  name: "versions",
};
