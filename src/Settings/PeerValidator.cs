using FluentValidation;

namespace CloudPacs.Settings;

/// <summary>Every rule on where a system is and how long it is waited for; messages are "problem | fix".</summary>
internal abstract class PeerValidator<T> : AbstractValidator<T>
    where T : PeerSettings
{
    protected PeerValidator(string port)
    {
        RuleFor(d => d.Host).NotEmpty().WithMessage("is empty. | Give the name or address of the system.");
        RuleFor(d => d.Port).InclusiveBetween(1, 65535)
            .WithMessage($"'{{PropertyValue}}' is no port. | Give the {port} port of the system, 1 to 65535.");
        RuleFor(d => d.Connections).InclusiveBetween(1, 32).WithMessage("'{PropertyValue}' is out of range. | Give 1 to 32.");
        foreach (var time in (System.Linq.Expressions.Expression<Func<T, TimeSpan>>[])
            [d => d.ConnectTimeout, d => d.AnswerTimeout, d => d.FirstPause, d => d.LongestPause])
        {
            RuleFor(time).Must(PeerTime.IsValid).WithMessage(PeerTime.Message);
        }
    }
}

/// <summary>The rule on how long a system is waited for.</summary>
internal static class PeerTime
{
    public const string Message = "'{PropertyValue}' is out of range. | Give more than 0 and at most 01:00:00.";

    public static bool IsValid(TimeSpan span) => span > TimeSpan.Zero && span <= TimeSpan.FromHours(1);
}
