/* global Chart */

import {Component, onWillStart, onWillUnmount, useEffect, useRef} from "@odoo/owl";
import {cookie} from "@web/core/browser/cookie";
import {deserializeDate, formatDate} from "@web/core/l10n/dates";
import {getColor} from "@web/core/colors/colors";
import {loadBundle} from "@web/core/assets";

/**
 * What each channel sold on each day, as one bar a day.
 */
export class PainelGraph extends Component {
    static template = "plug4market_connector.PainelGraph";
    static props = {days: Object, formatAmount: Function};

    setup() {
        this.canvas = useRef("canvas");
        onWillStart(() => loadBundle("web.chartjs_lib"));
        // The same figures again need no new drawing.
        useEffect(
            () => this.draw(),
            () => [JSON.stringify(this.props.days)]
        );
        onWillUnmount(() => this.chart?.destroy());
    }

    draw() {
        this.chart?.destroy();
        this.chart = new Chart(this.canvas.el, this.config);
    }

    get config() {
        const scheme = cookie.get("color_scheme");
        const {labels, channels} = this.props.days;
        const amount = (value) => this.props.formatAmount(value);
        return {
            type: "bar",
            data: {
                labels: labels.map((day) =>
                    deserializeDate(day).toLocaleString({day: "2-digit", month: "2-digit"})
                ),
                datasets: channels.map((channel, place) => ({
                    label: channel.name,
                    data: channel.amounts,
                    backgroundColor: getColor(place, scheme, channels.length),
                })),
            },
            options: {
                animation: false,
                maintainAspectRatio: false,
                plugins: {
                    legend: {position: "bottom"},
                    tooltip: {
                        callbacks: {
                            title: ([item]) =>
                                formatDate(deserializeDate(labels[item.dataIndex])),
                            label: (item) =>
                                `${item.dataset.label}: ${amount(item.parsed.y)}`,
                        },
                    },
                },
                scales: {
                    x: {stacked: true, grid: {display: false}},
                    y: {stacked: true, ticks: {callback: amount}},
                },
            },
        };
    }
}
