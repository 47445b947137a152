export const feature = {
  name: "comments",
};
