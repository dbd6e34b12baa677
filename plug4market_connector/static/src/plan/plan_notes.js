import {Component} from "@odoo/owl";
import {FileUploader} from "@web/views/fields/file_handler";
import {registry} from "@web/core/registry";
import {standardWidgetProps} from "@web/views/widgets/standard_widget_props";
import {useService} from "@web/core/utils/hooks";

/**
 * Gives NF-es to the page that lists what will be sent, which then looks again.
 */
export class PlanNotes extends Component {
    static template = "plug4market_connector.PlanNotes";
    static components = {FileUploader};
    static props = {...standardWidgetProps};

    setup() {
        this.orm = useService("orm");
        this.attachments = [];
    }

    async onUploaded(file) {
        const values = {name: file.name, mimetype: file.type, datas: file.data};
        this.attachments.push(...(await this.orm.create("ir.attachment", [values])));
    }

    async onUploadComplete() {
        const {record} = this.props;
        const uploaded = this.attachments;
        this.attachments = [];
        await this.orm.call(record.resModel, "action_take_notes", [
            [record.resId],
            uploaded,
        ]);
        await record.load();
    }
}

registry.category("view_widgets").add("plug4market_plan_notes", {
    component: PlanNotes,
});
