/// A visitor's id: the letter `c` and fifteen characters, one for each random byte (protocol
/// section 5.1).
pub fn user_id(random: [u8; 15]) -> String {
    const ALPHABET: &[u8; 62] = b"1234567890abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
    core::iter::once('c')
        .chain(random.map(|byte| char::from(ALPHABET[usize::from(byte % 62)])))
        .collect()
}
