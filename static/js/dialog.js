/* Confirmation in a native dialog (templates/components/confirm.html).
 *
 * [data-dialog-open="id"]  opens the dialog instead of following the link or submitting
 * [data-dialog-close]      closes the dialog it stands in; so does a click on the ground behind it
 */
(function () {
  "use strict";
  document.addEventListener("click", (event) => {
    const opener = event.target.closest("[data-dialog-open]");
    if (opener) {
      const dialog = document.getElementById(opener.dataset.dialogOpen);
      if (dialog && dialog.showModal) {
        event.preventDefault();
        dialog.showModal();
      }
      return;
    }
    if (event.target.closest("[data-dialog-close]")) {
      event.target.closest("dialog").close();
      return;
    }
    if (event.target instanceof HTMLDialogElement && event.target.classList.contains("dialog")) {
      const box = event.target.getBoundingClientRect();
      const inside =
        event.clientX >= box.left && event.clientX <= box.right && event.clientY >= box.top && event.clientY <= box.bottom;
      if (!inside) event.target.close();
    }
  });
})();
