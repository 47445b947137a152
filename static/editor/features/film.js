export const feature = {
  name: "film",
};
