using FluentValidation;

namespace CloudPacs.Settings;

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
