import {Component, onMounted, onWillStart, onWillUnmount, useState} from "@odoo/owl";
import {ConnectionLostError} from "@web/core/network/rpc";
import {Layout} from "@web/search/layout";
import {_t} from "@web/core/l10n/translation";
import {browser} from "@web/core/browser/browser";
import {registry} from "@web/core/registry";
import {standardActionServiceProps} from "@web/webclient/actions/action_service";
import {useService} from "@web/core/utils/hooks";
import {useSetupAction} from "@web/search/action_hook";

const MODEL = "plug4market.desk";
const EVERY = 30 * 1000;

/**
 * The first screen of the app. All it shows comes from one method of the server, which
 * it asks again every half a minute while somebody looks.
 */
export class Painel extends Component {
    static template = "plug4market_connector.Painel";
    static components = {Layout};
    static props = {...standardActionServiceProps};

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.env.config.setDisplayName(_t("Dashboard"));
        this.display = {controlPanel: {}};
        const kept = this.props.state?.asked || {};
        this.asked = {days: 30, company_id: false, channel_id: false, ...kept};
        this.state = useState({desk: {}});
        useSetupAction({getLocalState: () => ({asked: this.asked})});
        onWillStart(() => this.load());
        onMounted(() => {
            this.timer = browser.setInterval(() => this.refresh(), EVERY);
        });
        onWillUnmount(() => browser.clearInterval(this.timer));
    }

    async load(orm = this.orm) {
        const asked = {...this.asked};
        const desk = await orm.call(MODEL, "read_desk", [asked]);
        // An answer to what was asked before would show other figures than the filters.
        if (JSON.stringify(asked) === JSON.stringify(this.asked)) {
            this.state.desk = desk;
        }
    }

    /**
     * Ask again, unless nobody looks; a server that is away says so by itself.
     */
    async refresh() {
        if (document.hidden) {
            return;
        }
        try {
            await this.load(this.orm.silent);
        } catch (error) {
            if (!(error instanceof ConnectionLostError)) {
                throw error;
            }
        }
    }

    async openNeed(need) {
        const action = await this.orm.call(MODEL, "open_need", [need.name, this.asked]);
        if (action) {
            await this.action.doAction(action);
        }
    }
}

registry.category("actions").add("plug4market_painel", Painel);
