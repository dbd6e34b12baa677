import {_t} from "@web/core/l10n/translation";
import {FileUploadListRenderer} from "@account/views/file_upload_list/file_upload_list_renderer";
import {fileUploadListView} from "@account/views/file_upload_list/file_upload_list_view";
import {registry} from "@web/core/registry";

/**
 * The list of NF-es received: files may be dropped on it, as many as one likes.
 */
export class NfeFileListRenderer extends FileUploadListRenderer {
    setup() {
        super.setup();
        this.dropZoneTitle = _t("Drop the NF-es here");
        this.dropZoneDescription = _t(
            "XML files or zips of them. Each goes to the invoice it belongs to."
        );
    }
}

registry.category("views").add("plug4market_nfe_file_list", {
    ...fileUploadListView,
    Renderer: NfeFileListRenderer,
});
