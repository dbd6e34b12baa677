import {
    Component,
    markup,
    onMounted,
    onWillStart,
    onWillUnmount,
    useState,
} from "@odoo/owl";
import {ConnectionLostError} from "@web/core/network/rpc";
import {Layout} from "@web/search/layout";
import {PainelGraph} from "./painel_graph";
import {_t} from "@web/core/l10n/translation";
import {browser} from "@web/core/browser/browser";
import {formatCurrency} from "@web/core/currency";
import {formatFloat} from "@web/core/utils/numbers";
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
    static components = {Layout, PainelGraph};
    static props = {...standardActionServiceProps};

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.env.config.setDisplayName(_t("Dashboard"));
        this.display = {controlPanel: {}};
        this.badges = {
            green: "text-bg-success",
            yellow: "text-bg-warning",
            red: "text-bg-danger",
        };
        this.words = {green: _t("Good"), yellow: _t("Look at it"), red: _t("Stopped")};
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

    get desk() {
        return this.state.desk;
    }

    // -- asking ------------------------------------------------------------------

    async load(orm = this.orm) {
        const asked = {...this.asked};
        const desk = await orm.call(MODEL, "read_desk", [asked]);
        // What was asked before would show other figures than the filters say.
        if (JSON.stringify(asked) === JSON.stringify(this.asked)) {
            this.state.desk = desk;
        }
    }

    /**
     * Ask again, unless nobody looks; that the server is away is told elsewhere.
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

    async choose(name, value) {
        this.asked = {...this.asked, [name]: Number(value) || false};
        await this.load();
    }

    // -- opening -----------------------------------------------------------------

    async openNeed(need) {
        await this.open("open_need", [need.name, this.asked]);
    }

    async openHealth(store) {
        await this.open("open_health", [store.button.name, store.id]);
    }

    async open(method, args) {
        const action = await this.orm.call(MODEL, method, args);
        if (action) {
            // As Odoo does with actions that it loads itself: it would show the tags.
            const help = action.help ? markup(action.help) : false;
            await this.action.doAction({...action, help});
        }
    }

    async openProduct(product) {
        await this.action.doAction({
            type: "ir.actions.act_window",
            res_model: "product.product",
            res_id: product.id,
            views: [[false, "form"]],
        });
    }

    // -- words -------------------------------------------------------------------

    get tiles() {
        const {today, period} = this.desk.sales;
        const note = (total) => _t("%s orders", total.count);
        return [
            {label: _t("Today"), value: this.money(today.amount), note: note(today)},
            {
                label: this.describePeriod(this.desk.days),
                value: this.money(period.amount),
                note: note(period),
            },
            {
                label: _t("Average ticket"),
                value: this.money(period.ticket),
                note: this.describePeriod(this.desk.days),
            },
            ...this.desk.sales.steps.map((step) => ({
                label: step.label,
                value: this.countStep(step),
                note: this.describePeriod(this.desk.days),
            })),
        ];
    }

    countStep(step) {
        const counts = this.desk.sales.channels.map((row) => row.steps[step.name] || 0);
        return counts.reduce((sum, count) => sum + count, 0);
    }

    describePeriod(days) {
        return days === 1 ? _t("Today only") : _t("Last %s days", days);
    }

    describeUnits(product) {
        return _t("%s units", formatFloat(product.units, {digits: [16, 0]}));
    }

    money(amount) {
        return formatCurrency(amount, this.desk.sales.currency_id);
    }
}

registry.category("actions").add("plug4market_painel", Painel);
