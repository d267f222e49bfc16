# What the benchmark scripts share: medians, times, and the table of figures.

$rows = [System.Collections.Generic.List[object]]::new()

function Get-Median([double[]] $values) {
    $sorted = @($values | Sort-Object)
    $middle = [Math]::Floor($sorted.Count / 2)
    if ($sorted.Count % 2) { $sorted[$middle] } else { ($sorted[$middle - 1] + $sorted[$middle]) / 2 }
}

# Milliseconds that a block takes.
function Measure-Block([scriptblock] $block) {
    [GC]::Collect()
    $watch = [System.Diagnostics.Stopwatch]::StartNew()
    & $block
    $watch.Elapsed.TotalMilliseconds
}

function Add-Row([string] $work, [string] $figure, [string] $target) {
    $rows.Add([pscustomobject]@{ Work = $work; Figure = $figure; Target = $target })
    Write-Host "$work -> $figure"
}

# The figures as a Markdown table, and what they were taken on.
function Get-RowTable([int] $rounds) {
    ''
    '| work | measured | to reach |'
    '|---|---|---|'
    foreach ($row in $rows) { "| $($row.Work) | $($row.Figure) | $($row.Target) |" }
    ''
    "$rounds rounds; PowerShell $($PSVersionTable.PSVersion), $([System.Runtime.InteropServices.RuntimeInformation]::FrameworkDescription), $([Environment]::ProcessorCount) processors, $([System.Runtime.InteropServices.RuntimeInformation]::OSDescription)"
}

Export-ModuleMember -Function Get-Median, Measure-Block, Add-Row, Get-RowTable
