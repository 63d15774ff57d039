namespace CloudPacs.Mapping.Findings;

/// <summary>Codes of findings about maps; never reused.</summary>
public static class MapCodes
{
    public const string Yaml = "MAP001";                 // not YAML, or YAML that maps may not use
    public const string UnknownKey = "MAP002";
    public const string MissingKey = "MAP003";
    public const string WrongShape = "MAP004";           // text where a list must stand, and the like
    public const string DuplicateKey = "MAP005";
    public const string DuplicateId = "MAP006";
    public const string UnknownRule = "MAP007";          // override of a rule that is not there
    public const string UnknownMap = "MAP008";
    public const string ExtendsCycle = "MAP009";
    public const string Syntax = "MAP010";               // expression or target cannot be read
    public const string UnknownSegment = "MAP011";
    public const string FieldRange = "MAP012";           // field or component number too high
    public const string UnknownFunction = "MAP013";
    public const string ArgumentCount = "MAP014";
    public const string WrongType = "MAP015";
    public const string UnknownVariable = "MAP016";
    public const string UseBeforeSet = "MAP017";
    public const string UnknownTable = "MAP018";
    public const string UnknownAttribute = "MAP019";     // DICOM keyword or tag
    public const string ValueRepresentation = "MAP020";  // VR does not fit the value
    public const string UnknownElement = "MAP021";       // FHIR path
    public const string UnknownField = "MAP022";         // command or sender field
    public const string ListToSingle = "MAP023";
    public const string TargetTwice = "MAP024";          // warning unless override: true
    public const string RunLevel = "MAP025";             // target or variable belongs to another run
    public const string BadPattern = "MAP026";           // regular expression
    public const string UnknownPolicy = "MAP027";
    public const string PolicyValue = "MAP028";
    public const string MatchTie = "MAP029";
    public const string UnknownZone = "MAP030";
    public const string TableFile = "MAP031";            // header or row of a CSV file
    public const string DuplicateTableKey = "MAP032";
    public const string TableLayer = "MAP033";           // name+ of a table that is not there, name: of one that is
    public const string UnknownCode = "MAP034";          // literal code outside a required value set
    public const string UnknownScheme = "MAP035";
    public const string FileSystem = "MAP036";           // file missing, unreadable or too large
    public const string Condition = "MAP037";            // a text is no condition
    public const string UnknownName = "MAP038";          // bare name
    public const string TooLarge = "MAP039";             // more rules, files or text than the guards allow
    public const string Alias = "MAP040";                // part of an item that has no such part
    public const string ErrorCode = "MAP041";            // not in table 0357
    public const string Argument = "MAP042";             // argument of a function that can never work
    public const string TestFails = "MAP044";            // a test below mappings/tests
    public const string OwnedElement = "MAP045";         // FHIR element that follows from rows
    public const string OwnedAttribute = "MAP047";       // warning: worklist attribute that follows from a key
    public const string NoEffect = "MAP048";             // warning: what the rule gives is never used
    public const string UnmadeResource = "MAP046";       // FHIR resource that the engine does not make
    public const string Engine = "MAP043";               // fault of the engine while it loaded or tested the maps
}
