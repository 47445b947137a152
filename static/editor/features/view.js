export const feature = {
  name: "view",
};
