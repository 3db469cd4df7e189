//! `data "netacea_edge_dashboard"`: a CloudWatch dashboard of integrations, and the alarms that go
//! with it. Nothing is asked of AWS.
//!
//! `signals.rs` has what is measured, `widgets.rs` draws it, `alarms.rs` says when to wake
//! somebody.

mod alarms;
mod model;
mod signals;
mod widgets;

use tfplugin::{Call, DataSource, Result, Schema};

use crate::client::Client;
use model::EdgeDashboardModel;
use signals::Subject;

/// The data source.
#[derive(Debug)]
pub(crate) struct EdgeDashboard;

impl DataSource for EdgeDashboard {
    type Model = EdgeDashboardModel;
    type Client = Client;

    const TYPE: &'static str = "edge_dashboard";

    fn schema(&self) -> Schema<EdgeDashboardModel> {
        Schema::of::<EdgeDashboardModel>().describe(
            "A CloudWatch dashboard for integrations, for use in `aws_cloudwatch_dashboard`, and \
             alarms, for use in `aws_cloudwatch_metric_alarm`. The dashboard shows decisions by \
             kind, how long Netacea's verdict service (Protector) takes, whether the circuit \
             breaker in front of it is closed, lost log entries, errors, throttles and duration of \
             the functions in each region, and the error rates of the distributions. The first \
             four need `metrics = true` in `settings`. This data source makes no calls to AWS.",
        )
    }

    async fn read(
        &self,
        _: &mut Call<Client>,
        config: EdgeDashboardModel,
    ) -> Result<EdgeDashboardModel> {
        let subject = Subject::of(&config);
        Ok(EdgeDashboardModel {
            dashboard_json: widgets::dashboard(&subject).to_string().into(),
            alarms: alarms::alarms(&subject).into(),
            ..config
        })
    }
}
