namespace CloudPacs.Hl7v2;

/// <summary>
/// The three states of an HL7 value: nothing sent, sent as <c>""</c> (delete what is stored), or a value (HL7 v2.5.1 2.5.3.5).
/// </summary>
public enum ValueState : byte
{
    Absent,
    Null,
    Value,
}
