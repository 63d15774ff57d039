using CloudPacs.Hl7v2;
using FluentValidation;

namespace CloudPacs.Settings;

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
