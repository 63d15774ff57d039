using CloudPacs.Hl7v2;
using FluentValidation;

namespace CloudPacs.Integration.Settings;

/// <summary>Every rule on where a system is and how long it is waited for; messages are "problem | fix".</summary>
internal abstract class PeerValidator<T> : AbstractValidator<T>
    where T : PeerSettings
{
    private static readonly TimeSpan Longest = TimeSpan.FromHours(1);

    protected PeerValidator(string port)
    {
        RuleFor(d => d.Host).NotEmpty().WithMessage("is empty. | Give the name or address of the system.");
        RuleFor(d => d.Port).InclusiveBetween(1, 65535)
            .WithMessage($"'{{PropertyValue}}' is no port. | Give the {port} port of the system, 1 to 65535.");
        foreach (var time in (System.Linq.Expressions.Expression<Func<T, TimeSpan>>[])
            [d => d.ConnectTimeout, d => d.AnswerTimeout, d => d.FirstPause, d => d.LongestPause])
        {
            RuleFor(time).Must(static span => span > TimeSpan.Zero && span <= Longest)
                .WithMessage("'{PropertyValue}' is out of range. | Give more than 0 and at most 01:00:00.");
        }
    }
}

/// <summary>Every rule on the settings of a destination.</summary>
internal sealed class DestinationValidator : PeerValidator<DestinationSettings>
{
    public DestinationValidator()
        : base("MLLP")
    {
        RuleFor(d => d.CharacterSet).Must(ParseOptions.IsCharacterSet)
            .WithMessage("'{PropertyValue}' is no character set of HL7 table 0211. | Give for example UNICODE UTF-8 or 8859/1.");
        RuleForEach(d => d.Senders).Must(static sender => sender.Count(static c => c == '|') == 1)
            .WithMessage("'{PropertyValue}' is no sender. | Write APPLICATION|FACILITY, as in MSH-3 and MSH-4.");
    }
}

/// <summary>Every rule on the settings of a receiver of performed steps.</summary>
internal sealed class MppsReceiverValidator : PeerValidator<MppsReceiverSettings>
{
    public MppsReceiverValidator()
        : base("DICOM")
    {
        RuleFor(d => d.AeTitle).Must(EngineSettingsValidator.BeAeTitle).WithMessage(EngineSettingsValidator.AeTitleMessage);
        RuleForEach(d => d.Stations).Must(EngineSettingsValidator.BeAeTitle).WithMessage(EngineSettingsValidator.AeTitleMessage);
        RuleFor(d => d.CharacterSet).Must(EngineSettingsValidator.BeDicomCharacterSet)
            .WithMessage(EngineSettingsValidator.CharacterSetMessage);
    }
}
