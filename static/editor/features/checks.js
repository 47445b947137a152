export const feature = {
  name: "checks",
};
