export const feature = {
  name: "onion",
};
