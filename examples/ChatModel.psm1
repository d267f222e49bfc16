# What the runbooks share: a call of a language model, and the emulator that stands in for the service.

<#
.SYNOPSIS
Imports BatchOps from this checkout, and builds it first when that was not done yet.
#>
function Import-BatchOps {
    $root = [System.IO.Path]::GetFullPath("$PSScriptRoot/..")
    if (-not (Test-Path "$root/module/bin/BatchOps.Loader.dll")) { Invoke-Build "$root/src/BatchOps.PowerShell" }
    Import-Module "$root/BatchOps.psd1" -Global
}

<#
.SYNOPSIS
Asks a model one question. Returns the text of its answer in Content (an object when -AsJson is given), and in Tokens what
was billed.
#>
function Invoke-ChatModel {
    param(
        [Parameter(Mandatory)] [uri] $Service,
        [Parameter(Mandatory)] [string] $Model,
        [Parameter(Mandatory)] [string] $Prompt,
        [string] $ApiKey,
        [switch] $AsJson
    )

    # Ordered, so that equal questions are equal to the byte.
    $question = [ordered]@{ model = $Model; messages = @([ordered]@{ role = 'user'; content = $Prompt }) }
    if ($AsJson) { $question.response_format = @{ type = 'json_object' } }
    $request = @{
        Uri         = [uri]::new($Service, 'v1/chat/completions')
        Method      = 'Post'
        ContentType = 'application/json; charset=utf-8'
        Body        = $question | ConvertTo-Json -Depth 5 -Compress
    }
    if ($ApiKey) { $request.Headers = @{ Authorization = "Bearer $ApiKey" } }

    $answer = Invoke-RestMethod @request
    # Half an answer comes with status 200 as well.
    if ($answer.choices[0].finish_reason -ne 'stop') { throw [System.TimeoutException]::new("The model broke off: $($answer.choices[0].finish_reason).") }
    $text = $answer.choices[0].message.content
    [pscustomobject]@{ Content = $AsJson ? ($text | ConvertFrom-Json) : $text; Tokens = $answer.usage.total_tokens }
}

<#
.SYNOPSIS
Starts the emulator of the service with options such as '--rpm', 600. Its Address is where it listens; Stop() ends it, and
so does the end of this process, whatever ended it.
#>
function Start-ChatService {
    param([object[]] $Option)

    $project = [System.IO.Path]::GetFullPath("$PSScriptRoot/../tests/BatchOps.Emulators")
    $program = "$project/bin/Release/net10.0/BatchOps.Emulators.dll"
    $newest = Get-ChildItem $project -Recurse -Include *.cs, *.csproj | Where-Object FullName -NotMatch '[\\/](bin|obj)[\\/]' | Sort-Object LastWriteTime | Select-Object -Last 1
    if (-not (Test-Path $program) -or (Get-Item $program).LastWriteTime -lt $newest.LastWriteTime) { Invoke-Build $project }

    $start = [System.Diagnostics.ProcessStartInfo]::new('dotnet')
    $start.RedirectStandardInput = $true # it ends when this pipe does
    $start.RedirectStandardOutput = $true
    foreach ($argument in @($program) + $Option) { $start.ArgumentList.Add("$argument") }
    $process = [System.Diagnostics.Process]::Start($start)
    $line = $process.StandardOutput.ReadLineAsync()
    if (-not $line.Wait([timespan]::FromSeconds(60)) -or $line.Result -notmatch '^listening (\S+)$') {
        if (-not $process.HasExited) { $process.Kill() }
        throw "The emulator did not start: $program $Option"
    }

    [pscustomobject]@{ Address = [uri]$Matches[1]; Process = $process } |
        Add-Member -MemberType ScriptMethod -Name Stop -Value { $this.Process.StandardInput.Close(); $this.Process.WaitForExit() } -PassThru
}

<#
.SYNOPSIS
Says what the emulator was asked since its start or since -Reset: Requests, Ok, Rejected429, PeakConcurrent and so on.
#>
function Get-ChatStats {
    param([Parameter(Mandatory)] [uri] $Service, [switch] $Reset)
    Invoke-RestMethod ([uri]::new($Service, 'stats'))
    if ($Reset) { $null = Invoke-RestMethod ([uri]::new($Service, 'reset')) -Method Post }
}

function Invoke-Build([string] $Project) {
    Write-Host "Building $(Split-Path -Leaf $Project) ..."
    $output = dotnet build $Project -c Release -v quiet
    if ($LASTEXITCODE -ne 0) { throw "dotnet build $Project failed:`n$($output -join "`n")" }
}

Export-ModuleMember -Function Import-BatchOps, Invoke-ChatModel, Start-ChatService, Get-ChatStats
