namespace CloudPacs.Hl7v2;

/// <summary>
/// Something wrong with a message: a code of HL7 table 0357, where it is, and what the sender can do about it. The text holds no patient
/// data.
/// </summary>
/// <param name="Code">HL7 table 0357.</param>
/// <param name="Severity">HL7 table 0516.</param>
/// <param name="Location">Null when the message as a whole is meant.</param>
/// <param name="Text">A sentence for the people who run the sender.</param>
/// <param name="ApplicationCode">Our own stable code, written to ERR-5.</param>
public sealed record Problem(int Code, Severity Severity, ErrorLocation? Location, string Text, string? ApplicationCode = null);
