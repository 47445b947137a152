export const feature = {
  name: "draft",
};
