using FluentValidation;

namespace CloudPacs.Settings;

/// <summary>One application entity to which C-MOVE sends; its AE title is its key.</summary>
public sealed class MoveDestinationSettings
{
    public string Host { get; set; } = "";

    public int Port { get; set; }

    /// <summary>Null for plain TCP.</summary>
    public DestinationTls? Tls { get; set; }

    /// <summary>AE titles that may have something sent there; empty = all.</summary>
    public List<string> Callers { get; set; } = [];

    public TimeSpan ConnectTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>How long it may take to answer an instance.</summary>
    public TimeSpan AnswerTimeout { get; set; } = TimeSpan.FromMinutes(1);
}

/// <summary>Every rule on them; messages are "problem | fix".</summary>
internal sealed class MoveDestinationValidator : AbstractValidator<MoveDestinationSettings>
{
    public MoveDestinationValidator()
    {
        RuleFor(d => d.Host).NotEmpty().WithMessage("is empty. | Give the name or address of the system.");
        RuleFor(d => d.Port).InclusiveBetween(1, 65535)
            .WithMessage("'{PropertyValue}' is no port. | Give the DICOM port of the system, 1 to 65535.");
        RuleForEach(d => d.Callers).Must(EngineSettingsValidator.BeAeTitle).WithMessage(EngineSettingsValidator.AeTitleMessage);
        RuleFor(d => d.ConnectTimeout).Must(PeerTime.IsValid).WithMessage(PeerTime.Message);
        RuleFor(d => d.AnswerTimeout).Must(PeerTime.IsValid).WithMessage(PeerTime.Message);
    }
}
