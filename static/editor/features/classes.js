export const feature = {
  name: "classes",
};
