export const feature = {
  name: "carry",
};
