#!/bin/sh
# The kubechat program: KUBECHAT=path/to/kubechat adapters/kubechat.sh
"${KUBECHAT:-kubechat}" classify --stdin |
  sed -E 's/^\{"discloses_secrets":(true|false),"level":"([a-z]+)".*/\2/'
