export const feature = {
  name: "effort",
};
