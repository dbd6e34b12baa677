import {Component} from "@odoo/owl";
import {Dropdown} from "@web/core/dropdown/dropdown";
import {DropdownItem} from "@web/core/dropdown/dropdown_item";
import {registry} from "@web/core/registry";
import {standardFieldProps} from "@web/views/fields/standard_field_props";
import {useService} from "@web/core/utils/hooks";

/**
 * The Marketplace menu of an invoice or order: its entries, and why one is disabled,
 * come from the server.
 */
export class MarketplaceMenu extends Component {
    static template = "plug4market_connector.MarketplaceMenu";
    static components = {Dropdown, DropdownItem};
    static props = {...standardFieldProps};

    setup() {
        this.action = useService("action");
    }

    get entries() {
        return this.props.record.data[this.props.name] || [];
    }

    /**
     * What is enabled depends on what is saved: an XML that was just dropped counts.
     */
    async beforeOpen() {
        const {record} = this.props;
        if (await record.isDirty()) {
            await record.save();
        }
    }

    async onSelected(entry) {
        if (entry.reason) {
            return;
        }
        const {record} = this.props;
        await this.action.doActionButton({
            type: "object",
            name: entry.action,
            resModel: record.resModel,
            resId: record.resId,
            resIds: [record.resId],
            context: record.context,
            onClose: () => record.load(),
        });
    }
}

export const marketplaceMenu = {
    component: MarketplaceMenu,
    displayName: "Marketplace menu",
    supportedTypes: ["json"],
};

registry.category("fields").add("plug4market_menu", marketplaceMenu);
