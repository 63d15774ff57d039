namespace CloudPacs.Fhir.Validation;

/// <summary>The primitive types of FHIR R4 (datatypes.html 2.24.0.1), and what is none.</summary>
internal enum PrimitiveKind : byte
{
    None,
    Boolean,
    Integer,
    UnsignedInt,
    PositiveInt,
    Decimal,
    String,
    Markdown,
    Code,
    Id,
    Uri,
    Oid,
    Uuid,
    Date,
    DateTime,
    Instant,
    Time,
    Base64Binary,
    Xhtml,
}

internal static class PrimitiveKinds
{
    public static PrimitiveKind Of(string type) => type switch
    {
        "boolean" => PrimitiveKind.Boolean,
        "integer" => PrimitiveKind.Integer,
        "unsignedInt" => PrimitiveKind.UnsignedInt,
        "positiveInt" => PrimitiveKind.PositiveInt,
        "decimal" => PrimitiveKind.Decimal,
        "string" => PrimitiveKind.String,
        "markdown" => PrimitiveKind.Markdown,
        "code" => PrimitiveKind.Code,
        "id" => PrimitiveKind.Id,
        "uri" or "url" or "canonical" => PrimitiveKind.Uri,
        "oid" => PrimitiveKind.Oid,
        "uuid" => PrimitiveKind.Uuid,
        "date" => PrimitiveKind.Date,
        "dateTime" => PrimitiveKind.DateTime,
        "instant" => PrimitiveKind.Instant,
        "time" => PrimitiveKind.Time,
        "base64Binary" => PrimitiveKind.Base64Binary,
        "xhtml" => PrimitiveKind.Xhtml,
        _ => PrimitiveKind.None,
    };

    /// <summary>Whether a value is a number in JSON.</summary>
    public static bool IsNumber(PrimitiveKind kind) => kind is >= PrimitiveKind.Integer and <= PrimitiveKind.Decimal;

    /// <summary>Whether a value is a string in JSON.</summary>
    public static bool IsText(PrimitiveKind kind) => kind >= PrimitiveKind.String;

    /// <summary>How a value of the type looks, for people.</summary>
    public static string Rule(PrimitiveKind kind) => kind switch
    {
        PrimitiveKind.Boolean => "true or false",
        PrimitiveKind.Integer => "a whole number of 32 bits, without a fraction or an exponent",
        PrimitiveKind.UnsignedInt => "a whole number from 0 to 2147483647",
        PrimitiveKind.PositiveInt => "a whole number from 1 to 2147483647",
        PrimitiveKind.Decimal => "a number",
        PrimitiveKind.Code => "a code: no blank at either end, and single blanks only inside",
        PrimitiveKind.Id => "an id: 1 to 64 of A-Z, a-z, 0-9, hyphen and dot",
        PrimitiveKind.Uri => "a URI, which has no blanks",
        PrimitiveKind.Oid => "an OID such as urn:oid:1.2.3",
        PrimitiveKind.Uuid => "a UUID such as urn:uuid:c757873d-ec9a-4326-a141-556f43239520, in lower case",
        PrimitiveKind.Date => "a date that exists: YYYY, YYYY-MM or YYYY-MM-DD",
        PrimitiveKind.DateTime => "a date that exists, or one with a time to the second and a time zone",
        PrimitiveKind.Instant => "a date that exists with a time to the second and a time zone",
        PrimitiveKind.Time => "a time hh:mm:ss",
        PrimitiveKind.Base64Binary => "base64",
        PrimitiveKind.Xhtml => "XHTML that is a div, well-formed, without scripts, events, forms, frames and objects",
        _ => "a text with more than blanks, without control characters",
    };
}
