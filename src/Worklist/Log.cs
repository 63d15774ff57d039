using Microsoft.Extensions.Logging;

namespace CloudPacs.Worklist;

/// <summary>Log messages of the worklist. None holds a name, an identifier or a date of birth.</summary>
internal static partial class Log
{
    [LoggerMessage(
        EventId = 3006,
        Message =
            "Answers to {CallingAe} in {CharacterSet}: {Transliterated} characters in other letters, {QuestionMarks} as question "
                + "marks. Dicom:Stations:AETITLE:CharacterSet may name a better set")]
    public static partial void AnswersTransliterated(
        ILogger logger, LogLevel level, string callingAe, string characterSet, int transliterated, int questionMarks);

    [LoggerMessage(
        EventId = 5005, Level = LogLevel.Error, Message = "The stored attributes of step {Step} are damaged: it is not on the worklist")]
    public static partial void EntryDamaged(ILogger logger, Exception exception, Guid step);
}
