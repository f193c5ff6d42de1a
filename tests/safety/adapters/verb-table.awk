# A table of verbs on text, as most tools have it: the first word behind kubectl that is no flag decides.
BEGIN {
  split("get describe explain top logs api-resources api-versions version config cluster-info wait auth diff kustomize help options proxy completion events port-forward", words, " ")
  for (at in words) reads[words[at]] = 1
}
{
  verb = ""
  for (at = 2; at <= NF; at++) if ($at !~ /^-/) { verb = $at; break }
  if ($1 !~ /kubectl/) print "ask"
  else if ($0 ~ / --dry-run/) print "safe"
  else if (verb in reads || (verb == "rollout" && $0 ~ / (status|history) /)) print "safe"
  else print "ask"
}
