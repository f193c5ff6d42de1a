// The pages of the app, with what each says when it is whole.
export const PAGES = [
  ["/dashboard", "Health"],
  ["/chat", "What should happen in shop?"],
  ["/monitor", "What needs attention"],
  ["/monitor/kinds/pods", "CrashLoopBackOff"],
  ["/monitor/objects/deployments.apps/shop/web?kind=Deployment", "What belongs together"],
  ["/monitor/objects/deployments.apps/shop/web?kind=Deployment&tab=yaml", "84 lines|apiVersion"],
  ["/audit", "Verify the whole log"],
  ["/settings/profile", "Who you are in each cluster"],
  ["/settings/looks", "Times in UTC"],
  ["/settings/confirmations", "Type the name for every change"],
  ["/settings/models", "No language model is configured"],
  ["/help", "What a line can do"],
  ["/gallery", "Text that folds"],
];
