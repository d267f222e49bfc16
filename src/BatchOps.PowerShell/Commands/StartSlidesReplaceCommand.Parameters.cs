using System.Collections;
using System.Globalization;
using System.Management.Automation;
using BatchOps.Slides;

namespace BatchOps.PowerShell.Commands;

// What a deck is made of, and what is put into it.
public sealed partial class StartSlidesReplaceCommand
{
    [Parameter(Mandatory = true, Position = 0, ParameterSetName = Pptx)]
    [ValidateNotNullOrEmpty]
    public string? Template { get; set; }

    [Parameter(Mandatory = true, Position = 1, ParameterSetName = Pptx)]
    [ValidateNotNullOrEmpty]
    public string? OutputPath { get; set; }

    [Parameter(ParameterSetName = Pptx)]
    public SwitchParameter NoClobber { get; set; }

    [Parameter(ParameterSetName = PptxInPlace)]
    [ValidateNotNullOrEmpty]
    [SupportsWildcards]
    public string[]? Path { get; set; }

    [Parameter(ParameterSetName = PptxInPlace, ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    [Alias("PSPath", "FullName")]
    public string[]? LiteralPath { get; set; }

    [Parameter(Mandatory = true, ParameterSetName = PptxInPlace)]
    public SwitchParameter InPlace { get; set; }

    [Parameter]
    [ValidateNotNull]
    public IDictionary? Text { get; set; }

    [Parameter]
    [ValidateNotNull]
    public PSObject[]? Section { get; set; }

    [Parameter]
    [ValidateNotNull]
    public IDictionary? Image { get; set; }

    [Parameter]
    public ImageFit ImageFit { get; set; } = ImageFit.Inside;

    [Parameter]
    [ValidateNotNull]
    public object? Notes { get; set; }

    [Parameter]
    [ValidateCount(1, 2)]
    [ValidateNotNullOrEmpty]
    public string[] Delimiter { get; set; } = ["{{", "}}"];

    [Parameter]
    [ValidateNotNull]
    public CultureInfo? Culture { get; set; }

    [Parameter]
    [ValidateNotNull]
    public CultureInfo? DataCulture { get; set; }

    [Parameter]
    public SwitchParameter AllowUnresolved { get; set; }

    [Parameter]
    public SwitchParameter PerSlide { get; set; }
}
