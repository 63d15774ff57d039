using FluentValidation;

namespace CloudPacs.Settings;

/// <summary>One application entity to which we open associations; its AE title is its key.</summary>
public sealed class DicomDestinationSettings : PeerSettings
{
    public DicomDestinationSettings()
    {
        AnswerTimeout = TimeSpan.FromMinutes(1);
        Connections = 2;
    }

    /// <summary>AE titles that may have something sent there by C-MOVE; empty = all.</summary>
    public List<string> Callers { get; set; } = [];

    /// <summary>It is asked to commit to the safekeeping of what is forwarded to it.</summary>
    public bool AskCommitment { get; set; }

    /// <summary>It is told that instances of a study are available (PS3.4 annex R).</summary>
    public bool NotifyAvailability { get; set; }

    /// <summary>
    /// Its reports of storage commitment come on an association of our own always; else, where it keeps the one on which it asked, on that.
    /// </summary>
    public bool ReportSeparately { get; set; }
}

/// <summary>Every rule on them; messages are "problem | fix".</summary>
internal sealed class DicomDestinationValidator : PeerValidator<DicomDestinationSettings>
{
    public DicomDestinationValidator()
        : base("DICOM") =>
        RuleForEach(d => d.Callers).Must(EngineSettingsValidator.BeAeTitle).WithMessage(EngineSettingsValidator.AeTitleMessage);
}
