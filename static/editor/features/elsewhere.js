export const feature = {
  name: "elsewhere",
};
