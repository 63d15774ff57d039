using FluentValidation;

namespace CloudPacs.Settings;

/// <summary>Every rule on the settings of another archive; messages are "problem | fix".</summary>
internal sealed class ForeignArchiveValidator : AbstractValidator<ForeignArchiveSettings>
{
    public ForeignArchiveValidator()
    {
        RuleFor(a => a.WebAddress).Must(WebAddress.IsValid).When(a => a.WebAddress.Length > 0).WithMessage(WebAddress.Message);
        RuleFor(a => a.WebAddress).NotEmpty().When(a => a.Host.Length == 0)
            .WithMessage("is empty, as Host is. | Give the root of its DICOMweb services, or Host, Port and AeTitle.");
        RuleFor(a => a.Port).InclusiveBetween(1, 65535).When(a => a.Host.Length > 0)
            .WithMessage("'{PropertyValue}' is no port. | Give the DICOM port of the archive, 1 to 65535.");
        RuleFor(a => a.AeTitle).Must(EngineSettingsValidator.BeAeTitle).When(a => a.Host.Length > 0)
            .WithMessage(EngineSettingsValidator.AeTitleMessage);
        RuleFor(a => a.Tls).Null().When(a => a.WebAddress.Length > 0)
            .WithMessage("is for associations. | Write https:// in WebAddress, or leave that empty.");
        RuleFor(a => a.Interval).InclusiveBetween(TimeSpan.FromMinutes(1), TimeSpan.FromDays(1))
            .WithMessage("'{PropertyValue}' is out of range. | Give 00:01:00 to 1.00:00:00.");
        RuleFor(a => a.History).InclusiveBetween(TimeSpan.FromDays(1), TimeSpan.FromDays(36500))
            .WithMessage("'{PropertyValue}' is out of range. | Give 1.00:00:00 to 36500.00:00:00.");
        RuleFor(a => a.RequestsPerSecond).InclusiveBetween(1, 1000).WithMessage("'{PropertyValue}' is out of range. | Give 1 to 1000.");
        RuleFor(a => a.ConnectTimeout).Must(PeerTime.IsValid).WithMessage(PeerTime.Message);
        RuleFor(a => a.AnswerTimeout).Must(PeerTime.IsValid).WithMessage(PeerTime.Message);
    }
}
