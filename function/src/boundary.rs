//! Frames in, frames out: the core as the host sees it, without anything that only exists in
//! WebAssembly.

use crate::call::{Call, Reply};
use crate::captcha;
use crate::edge::Edge;
use crate::entropy::Entropy;
use crate::event::Event;
use crate::flow::{Flow, Step};
use crate::frame::{FrameError, Reader, Writer};
use crate::journal::{Field, Journal};
use crate::now::Now;
use crate::outcome::{Edit, Outcome};
use crate::settings::{Configuration, LogLevel};
use crate::wire;

/// One instance behind its frames. Every frame that goes out ends with the lines to write to
/// CloudWatch, the time at which log entries go next should nothing happen before (milliseconds on
/// the steady clock, 0 = none waits), and the number of entries that the end of this instance would
/// lose.
#[derive(Default)]
pub struct Boundary {
    edge: Option<Edge>,
    /// Events that wait for a call, by id.
    flows: Vec<Option<Flow>>,
    output: Writer,
}

impl Boundary {
    /// An instance without configuration.
    #[must_use]
    pub const fn new() -> Self {
        Self {
            edge: None,
            flows: Vec::new(),
            output: Writer::new(),
        }
    }

    /// The frame that the last question gave.
    #[must_use]
    pub fn output(&self) -> &[u8] {
        self.output.as_bytes()
    }

    /// In: `NetaceaConfig.json`, entropy, number of log entries that an earlier instance has lost.
    /// Out: what the host must know.
    pub fn load(&mut self, frame: &[u8]) {
        self.output.clear();
        let mut journal = Journal::new(LogLevel::Warn);
        match load(frame, &mut journal) {
            Ok(edge) => {
                self.output.byte(wire::FRAME_OK);
                describe(&edge, &mut self.output);
                self.edge = Some(edge);
            }
            Err(problem) => {
                self.output.byte(wire::FRAME_REFUSED);
                let fields = [("problem", Field::Text(&problem))];
                journal.write(
                    LogLevel::Error,
                    "configuration refused: every event passes unchanged",
                    &fields,
                );
            }
        }
        self.finish(journal.take());
    }

    /// In: both clocks, entropy, event. Out: call, edits or answer.
    pub fn begin(&mut self, frame: &[u8]) {
        self.answer(|edge, _| {
            let mut frame = Reader::new(frame);
            let (now, entropy) = moment(&mut frame)?;
            Ok(edge.begin(&Event::read(&mut frame)?, now, &entropy))
        });
    }

    /// In: both clocks, entropy, id, reply. Out: edits or answer.
    pub fn resume(&mut self, frame: &[u8]) {
        self.answer(|edge, flows| {
            let mut frame = Reader::new(frame);
            let (now, entropy) = moment(&mut frame)?;
            let id = frame.number()? as usize;
            let reply = Reply::read(&mut frame)?;
            let flow = flows
                .get_mut(id)
                .and_then(Option::take)
                .ok_or(FrameError::Code("flow"))?;
            Ok(edge.resume(flow, &reply, now, &entropy))
        });
    }

    /// In: both clocks, entropy. Out: the next call that sends log entries, if one may go now, and
    /// whether the visitor's answer may wait for it.
    pub fn next_post(&mut self, frame: &[u8]) {
        self.output.clear();
        let moment = moment(&mut Reader::new(frame));
        let post = moment
            .ok()
            .zip(self.edge.as_mut())
            .and_then(|((now, entropy), edge)| edge.next_post(now, &entropy));
        match post {
            Some((id, call)) => {
                self.output.byte(wire::FRAME_CALL);
                self.output.number(id);
                write_call(&mut self.output, &call);
                let is_awaited = self.edge.as_ref().is_some_and(Edge::is_post_awaited);
                self.output.byte(u8::from(is_awaited));
            }
            None => self.output.byte(wire::FRAME_OK),
        }
        self.finish(Vec::new());
    }

    /// In: both clocks, entropy, id, whether the call was made twice, reply. Out: nothing else.
    pub fn posted(&mut self, frame: &[u8]) {
        self.output.clear();
        let settled = self.settle(frame);
        self.output.byte(if settled.is_ok() {
            wire::FRAME_OK
        } else {
            wire::FRAME_REFUSED
        });
        self.finish(Vec::new());
    }

    fn settle(&mut self, frame: &[u8]) -> Result<(), FrameError> {
        let mut frame = Reader::new(frame);
        let (now, entropy) = moment(&mut frame)?;
        let id = frame.number()?;
        let is_repeated = frame.byte()? != 0;
        let reply = Reply::read(&mut frame)?;
        if let Some(edge) = &mut self.edge {
            if is_repeated {
                edge.repeated(id);
            }
            edge.posted(id, &reply, now, &entropy);
        }
        Ok(())
    }

    /// Runs one step of an event and writes down where it leads. Whatever cannot be understood is
    /// refused: the host then passes the event on as it came.
    fn answer(
        &mut self,
        step: impl FnOnce(&mut Edge, &mut Vec<Option<Flow>>) -> Result<Step, FrameError>,
    ) {
        self.output.clear();
        let result = match &mut self.edge {
            Some(edge) => step(edge, &mut self.flows),
            None => Err(FrameError::Code("configuration")),
        };
        match result {
            Ok(Step::Call(call, flow)) => {
                let id = park(&mut self.flows, flow);
                self.output.byte(wire::FRAME_CALL);
                self.output.number(id);
                write_call(&mut self.output, &call);
            }
            Ok(Step::Done(outcome)) => write_outcome(&mut self.output, &outcome),
            Err(problem) => {
                self.output.byte(wire::FRAME_REFUSED);
                let mut journal = Journal::new(LogLevel::Error);
                let fields = [("problem", Field::Text(&problem.to_string()))];
                journal.write(LogLevel::Error, "event passed on unchanged", &fields);
                return self.finish(journal.take());
            }
        }
        self.finish(Vec::new());
    }

    /// Ends the frame. `lines` come before those that the instance has written.
    fn finish(&mut self, mut lines: Vec<String>) {
        let (mut due, mut owed) = (None, 0);
        if let Some(edge) = &mut self.edge {
            lines.append(&mut edge.take_lines());
            (due, owed) = (edge.next_post_due(), edge.owed_entries());
        }
        write_texts(&mut self.output, lines.iter().map(String::as_str));
        // At once is the first millisecond of the clock.
        self.output.long(due.map_or(0, |due| due.max(1)));
        self.output.number(owed);
    }
}

fn load(frame: &[u8], journal: &mut Journal) -> Result<Edge, String> {
    let mut frame = Reader::new(frame);
    let mut read = || {
        Ok::<_, FrameError>((
            frame.bytes()?,
            Entropy::new(frame.array()?),
            frame.number()?,
        ))
    };
    let (json, entropy, dropped) = read().map_err(|error| error.to_string())?;
    let (configuration, warnings) =
        Configuration::from_json(json).map_err(|error| error.to_string())?;
    for warning in warnings {
        journal.write(
            LogLevel::Warn,
            "configuration",
            &[("warning", Field::Text(&warning.to_string()))],
        );
    }
    let mut edge = Edge::new(&configuration, &entropy).map_err(|violations| {
        let violations: Vec<String> = violations.iter().map(ToString::to_string).collect();
        violations.join("; ")
    })?;
    edge.recall_lost_entries(dropped);
    Ok(edge)
}

/// What the host must know to hand over no more than is needed.
fn describe(edge: &Edge, output: &mut Writer) {
    let request_headers: Vec<String> = edge.request_headers().collect();
    write_texts(output, request_headers.iter().map(String::as_str));
    write_texts(output, Event::RESPONSE_HEADERS.into_iter());
    write_texts(output, Reply::HEADERS.into_iter());
    output.text(captcha::VERIFICATION_PATH);
    output.number(edge.settings().ingest.max_wait_ms);
}

fn moment(frame: &mut Reader<'_>) -> Result<(Now, Entropy), FrameError> {
    let (wall, steady) = (frame.long()?, frame.long()?);
    Ok((Now { wall, steady }, Entropy::new(frame.array()?)))
}

/// Puts a flow where `resume` finds it. Places are used again, so the list is as long as the most
/// events at one time.
fn park(flows: &mut Vec<Option<Flow>>, flow: Flow) -> u32 {
    let index = flows.iter().position(Option::is_none).unwrap_or_else(|| {
        flows.push(None);
        flows.len() - 1
    });
    flows[index] = Some(flow);
    u32::try_from(index).unwrap_or(u32::MAX)
}

fn write_call(output: &mut Writer, call: &Call) {
    output.text(call.method);
    output.text(&call.url);
    output.pairs(&call.headers);
    output.byte(u8::from(call.body.is_some()));
    output.bytes(call.body.as_deref().unwrap_or_default());
    output.long(call.deadline);
    output.number(call.reply_limit);
}

fn write_outcome(output: &mut Writer, outcome: &Outcome) {
    match outcome {
        Outcome::Pass(edits) => {
            output.byte(wire::FRAME_PASS);
            output.count(edits.len());
            for edit in edits {
                write_edit(output, edit);
            }
        }
        Outcome::Answer(answer) => {
            output.byte(wire::FRAME_ANSWER);
            output.number(u32::from(answer.status));
            output.text(answer.status_description());
            output.pairs(&answer.headers);
            output.byte(u8::from(answer.is_text()));
            output.bytes(&answer.body);
        }
    }
}

fn write_edit(output: &mut Writer, edit: &Edit) {
    let (kind, name, value) = match edit {
        Edit::Remove { name } => (wire::EDIT_REMOVE, name.as_str(), ""),
        Edit::Set { name, value } => (wire::EDIT_SET, *name, value.as_str()),
        Edit::Append { name, value } => (wire::EDIT_APPEND, *name, value.as_str()),
    };
    output.byte(kind);
    output.text(name);
    output.text(value);
}

fn write_texts<'a>(output: &mut Writer, texts: impl ExactSizeIterator<Item = &'a str>) {
    output.count(texts.len());
    texts.for_each(|text| output.text(text));
}
