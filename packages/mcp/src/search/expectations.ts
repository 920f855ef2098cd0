/** What people and models ask for, and the tools of which one has to be among the first three. */
export const kubernetes: Record<string, string[]> = {
  "list pods in a namespace": ["listCoreV1NamespacedPod"],
  "list all pods in the cluster": ["listCoreV1PodForAllNamespaces"],
  "show the logs of a pod": ["readCoreV1NamespacedPodLog"],
  "delete a deployment": ["deleteAppsV1NamespacedDeployment"],
  "scale a deployment": ["patchAppsV1NamespacedDeploymentScale", "replaceAppsV1NamespacedDeploymentScale"],
  "create configmap": ["createCoreV1NamespacedConfigMap"],
  "run a command in a container": ["connectCoreV1PostNamespacedPodExec", "connectCoreV1GetNamespacedPodExec"],
  "get secret": ["readCoreV1NamespacedSecret"],
  "evict pod": ["createCoreV1NamespacedPodEviction"],
  "list nodes": ["listCoreV1Node"],
  "update an ingress": ["patchNetworkingV1NamespacedIngress", "replaceNetworkingV1NamespacedIngress"],
  "create a cron job": ["createBatchV1NamespacedCronJob"],
  "list persistent volume claims": [
    "listCoreV1NamespacedPersistentVolumeClaim",
    "listCoreV1PersistentVolumeClaimForAllNamespaces",
  ],
  "daemonsets in a namespace": ["listAppsV1NamespacedDaemonSet"],
  "lst namespces": ["listCoreV1Namespace"],
  "remove a service account": ["deleteCoreV1NamespacedServiceAccount"],
};

export const stripe: Record<string, string[]> = {
  "list invoices of a customer": ["GetInvoices", "GetInvoicesSearch"],
  "create a customer": ["PostCustomers"],
  "refund a charge": ["PostRefunds", "PostChargesChargeRefund", "PostChargesChargeRefunds"],
  "cancel a subscription": ["DeleteSubscriptionsSubscriptionExposedId"],
  "finalize an invoice": ["PostInvoicesInvoiceFinalize"],
  "send an invoice to the customer": ["PostInvoicesInvoiceSend"],
  "search customers by email": ["GetCustomersSearch"],
  "get current balance": ["GetBalance"],
  "create payment link": ["PostPaymentLinks"],
  "close a dispute": ["PostDisputesDisputeClose"],
  "list payouts": ["GetPayouts"],
  "capture a payment intent": ["PostPaymentIntentsIntentCapture"],
  "delete a coupon": ["DeleteCouponsCoupon"],
  "invoce lines": ["GetInvoicesInvoiceLines", "GetInvoicesUpcomingLines"],
};
