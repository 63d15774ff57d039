namespace CloudPacs.Mapping.Values;

/// <summary>Kinds of values in the mapping language.</summary>
public enum MapKind : byte
{
    /// <summary>A value that is never there, such as the literal <c>null</c>; fits every type.</summary>
    Nothing,

    /// <summary>Any kind; only for parameters.</summary>
    Any,

    Text,
    Number,
    Bool,

    /// <summary>A code with system and display (<see cref="MapCode"/>).</summary>
    Code,

    /// <summary>A point in time with its precision and, from the hour on, its offset (<see cref="MapTime"/>).</summary>
    Time,

    /// <summary>A number with its assigning authority (<see cref="Identifier"/>).</summary>
    Identifier,

    /// <summary>
    /// A field, repetition, component or sub-component of the message; read as text it is its first component and sub-component.
    /// </summary>
    Node,

    /// <summary>A whole segment.</summary>
    Segment,

    /// <summary>A DICOM item: an item of a sequence that is read, or one that a function made.</summary>
    Item,

    /// <summary>A FHIR element or data type as JSON.</summary>
    Json,

    /// <summary>
    /// A bare name that stands for a table; only for parameters, the compiler gives the function the <see cref="MapTable"/>.
    /// </summary>
    Table,

    /// <summary>A bare name (a sequence, a scheme, a catalogue column); only for parameters, the function gets a text.</summary>
    Name,

    /// <summary>
    /// A literal regular expression; only for parameters, checked at load, the function gets the
    /// <see cref="System.Text.RegularExpressions.Regex"/>.
    /// </summary>
    Pattern,
}
