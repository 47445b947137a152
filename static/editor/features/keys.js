export const feature = {
  name: "keys",
};
