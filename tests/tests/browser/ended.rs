//! The console says when the lab has ended.

use anyhow::Result;

use crate::harness::Stage;

#[test]
fn a_console_whose_lab_has_ended_says_so_and_changes_nothing() -> Result<()> {
    let mut stage = Stage::open::<&str>(&[])?;
    stage.lab.process.stop();
    stage.in_console(|console| {
        console.see("#connection", "does not answer")?;
        console.click("#kind input[value=bot]")?;
        console.see("#said", "Nothing was changed")?;
        assert!(
            console.is_chosen("#kind input[value=human]")?,
            "it shows what is not so"
        );
        Ok(())
    })
}
